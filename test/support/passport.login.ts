import { Controller, Get, Injectable, Module, Req, UseGuards } from '@nestjs/common';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import { TaskerModule, type TaskerUser } from 'nestjs-tasker';
import { passportAuthenticator, passportStrategy } from 'nestjs-tasker/passport';
import { Strategy } from 'passport-http-bearer';

interface Account {
  readonly email: string;
  readonly groups: readonly string[];
}

/** The accounts by their tokens. */
@Injectable()
export class Accounts extends Map<string, Account> {}

@Injectable()
export class TokenStrategy extends PassportStrategy(Strategy, 'bearer') {
  constructor(private readonly accounts: Accounts) {
    super();
  }

  validate(token: string): Account | null {
    return this.accounts.get(token) ?? null;
  }
}

@Controller('reports')
export class ReportsController {
  @Get('mine')
  @UseGuards(AuthGuard('tasker'))
  mine(@Req() { user }: { readonly user: TaskerUser }): { readonly author: string } {
    return { author: user.id };
  }
}

@Module({ providers: [Accounts, TokenStrategy, passportStrategy('tasker')], controllers: [ReportsController] })
export class LoginModule {}

const bearer = passportAuthenticator('bearer', {
  user: ({ email, groups }: Account) => ({ id: email, roles: groups }),
});

@Module({
  imports: [
    LoginModule,
    TaskerModule.forRoot({
      auth: { authenticators: [bearer], roles: { staff: { includes: ['operator'] } } },
    }),
  ],
})
export class AppModule {}
