import { Get, HttpStatus, NotFoundException, Post, Req, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AuthProviderExplorer } from '../auth/auth-provider.explorer.js';
import { LOGIN } from '../auth/openid/login.authenticator.js';
import { reportFailure } from '../auth/openid/login.failure.js';
import type { LoginFlow, LoginStep } from '../auth/openid/login.flow.js';
import { OwnController } from '../auth/own-controller.decorator.js';
import { targetOf } from '../auth/request.target.js';
import { PAGE_HEADERS } from './page.headers.js';

/** Logs users of the dashboard in and out, if an authenticator lets them. Needs no user. */
@OwnController('dashboard', 'dashboard')
export class LoginController {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly providers: AuthProviderExplorer,
  ) {}

  @Get('login')
  async start(@Req() request: unknown, @Res() response: unknown): Promise<void> {
    const to = new URLSearchParams(this.queryOf(request)).get('to') ?? '';
    await this.go(response, (flow) => flow.start(request, to));
  }

  @Get('login/callback')
  async finish(@Req() request: unknown, @Res() response: unknown): Promise<void> {
    await this.go(response, (flow) => flow.finish(request, this.queryOf(request)));
  }

  /** Who is logged in, for the page. */
  @Get('session')
  async session(@Req() request: unknown, @Res() response: unknown): Promise<void> {
    const user = await this.flow.userOf(request);
    this.answer(response, HttpStatus.OK, 'application/json', JSON.stringify({ user: user?.id ?? null }));
  }

  @Post('logout')
  end(@Req() request: unknown, @Res() response: unknown): void {
    const { flow } = this;
    if (!flow.isOwn(request)) {
      this.answer(response, HttpStatus.FORBIDDEN, 'text/plain', 'Only the page of the dashboard can sign you out.');
      return;
    }
    this.host.httpAdapter.appendHeader(response, 'Set-Cookie', flow.end());
    this.host.httpAdapter.setHeader(response, 'Cache-Control', 'no-store');
    this.host.httpAdapter.reply(response, undefined, HttpStatus.NO_CONTENT);
  }

  private get flow(): LoginFlow {
    const { login } = this.providers;
    if (!login) throw new NotFoundException('No authenticator lets users log in.');
    return login[LOGIN];
  }

  private async go(response: unknown, step: (flow: LoginFlow) => Promise<LoginStep>): Promise<void> {
    const { flow } = this;
    const { httpAdapter } = this.host;
    try {
      const { location, cookies } = await step(flow);
      for (const cookie of cookies) httpAdapter.appendHeader(response, 'Set-Cookie', cookie);
      httpAdapter.setHeader(response, 'Cache-Control', 'no-store');
      httpAdapter.setHeader(response, 'Referrer-Policy', 'no-referrer'); // the address has a code
      httpAdapter.redirect(response, HttpStatus.SEE_OTHER, location);
    } catch (error) {
      const { status, message } = reportFailure(error);
      this.answer(response, status, 'text/html; charset=utf-8', pageOf(message, flow.dashboardUrl));
    }
  }

  private answer(response: unknown, status: number, type: string, text: string): void {
    const { httpAdapter } = this.host;
    for (const [header, value] of Object.entries(PAGE_HEADERS)) httpAdapter.setHeader(response, header, value);
    httpAdapter.setHeader(response, 'Cache-Control', 'no-store');
    httpAdapter.setHeader(response, 'Content-Type', type);
    httpAdapter.reply(response, text, status);
  }

  private queryOf(request: unknown): string {
    return targetOf(this.host.httpAdapter, request).query;
  }
}

/** The address is that of the options, and the message one of ours. */
function pageOf(message: string, dashboardUrl: string): string {
  const address = dashboardUrl.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Tasker</title>
    <link rel="stylesheet" href="${address}/dashboard.css" />
  </head>
  <body>
    <header><h1>Tasker</h1></header>
    <main>
      <p role="alert">${message}</p>
      <p><a href="${address}/login">Sign in</a> · <a href="${address}">Dashboard</a></p>
    </main>
  </body>
</html>
`;
}
