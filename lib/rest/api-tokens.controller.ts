import { Inject, Param } from '@nestjs/common';
import { createApiToken, listApiTokens, revokeApiToken, rotateApiToken } from '../api/token.operations.js';
import { Granted, type Grant } from '../auth/grant.js';
import type { Scoped } from '../auth/scoped.js';
import type { ApiTokenDetails, ApiTokenWithSecret, NewApiToken } from '../auth/tokens/api.token.js';
import { reachOf, type ApiTokenReach } from '../auth/tokens/api-token.reach.js';
import { ApiTokenService } from '../auth/tokens/api-token.service.js';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { Called, type RouteCall } from './route.call.js';
import { BodyOf, Route } from './route.decorator.js';
import { TaskerController } from './tasker-controller.decorator.js';

export interface ApiTokenListDocument {
  readonly apiTokens: readonly ApiTokenDetails[];
}

/** Creates, lists, rotates and revokes API tokens. */
@TaskerController('Tokens')
export class ApiTokensController {
  constructor(
    @Inject(ApiTokenService) private readonly tokens: Scoped<ApiTokenService>,
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  @Route(listApiTokens, { answers: { 200: 'ApiTokenListDocument' }, problems: [422] })
  async list(@Granted() grant: Grant): Promise<ApiTokenListDocument> {
    return { apiTokens: await this.tokens.list(this.reachIn(grant)) };
  }

  @Route(createApiToken, { answers: { 201: 'ApiTokenWithSecret' }, problems: [422] })
  create(@BodyOf(createApiToken) body: NewApiToken, @Called() call: RouteCall): Promise<ApiTokenWithSecret> {
    return this.tokens.create(body, call.operator({}).actor, this.reachIn(call.grant));
  }

  @Route(rotateApiToken, { answers: { 200: 'ApiTokenWithSecret' }, problems: [404, 409] })
  rotate(
    @Param('id') id: string,
    @BodyOf(rotateApiToken) body: { readonly overlapSeconds?: number },
    @Granted() grant: Grant,
  ): Promise<ApiTokenWithSecret> {
    return this.tokens.rotate(id, body, this.reachIn(grant));
  }

  @Route(revokeApiToken, { answers: { 204: null }, problems: [404] })
  revoke(@Param('id') id: string, @Called() call: RouteCall): Promise<void> {
    return this.tokens.revoke(id, call.operator({}).actor, this.reachIn(call.grant));
  }

  private reachIn({ access, scope }: Grant): ApiTokenReach {
    return reachOf(access.user, scope, this.options.auth.defaultRoles);
  }
}
