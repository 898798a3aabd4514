import { Module } from '@nestjs/common';
import { PersistenceModule } from '../../persistence/persistence.module.js';
import { ApiTokenAuthenticator } from './api-token.authenticator.js';
import { ApiTokenService } from './api-token.service.js';

@Module({
  imports: [PersistenceModule],
  providers: [ApiTokenAuthenticator, ApiTokenService],
  exports: [ApiTokenAuthenticator, ApiTokenService],
})
export class ApiTokensModule {}
