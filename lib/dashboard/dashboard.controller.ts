import { Get, HttpStatus, Req, Res, UseGuards } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AuthProviderExplorer } from '../auth/auth-provider.explorer.js';
import { CanBeOpen, OpenRouteGuard } from '../auth/open-route.guard.js';
import { OwnController } from '../auth/own-controller.decorator.js';
import { DashboardAssets, type AssetName } from './dashboard.assets.js';
import { PAGE_HEADERS } from './page.headers.js';

/** Public unless the options say otherwise, because the page contains no data, and its API is guarded. */
@CanBeOpen('dashboard')
@UseGuards(OpenRouteGuard)
@OwnController('dashboard', 'dashboard')
export class DashboardController {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly assets: DashboardAssets,
    private readonly providers: AuthProviderExplorer,
  ) {}

  /**
   * The page names its files relative to `…/dashboard`, so that it works below any prefix. Its path must not end with a
   * slash.
   */
  @Get()
  page(@Req() request: unknown, @Res() response: unknown): void {
    const { httpAdapter } = this.host;
    if (/\/(\?|$)/.test(String(httpAdapter.getRequestUrl(request)))) {
      httpAdapter.redirect(response, HttpStatus.PERMANENT_REDIRECT, '../dashboard');
      return;
    }
    this.send(response, 'index.html');
  }

  @Get('dashboard.css')
  style(@Res() response: unknown): void {
    this.send(response, 'dashboard.css');
  }

  @Get('answer.js')
  answer(@Res() response: unknown): void {
    this.send(response, 'answer.js');
  }

  @Get('token.js')
  token(@Res() response: unknown): void {
    this.send(response, 'token.js');
  }

  @Get('login.js')
  login(@Res() response: unknown): void {
    this.send(response, 'login.js');
  }

  @Get('dashboard.js')
  script(@Res() response: unknown): void {
    this.send(response, 'dashboard.js');
  }

  private send(response: unknown, name: AssetName): void {
    const { httpAdapter } = this.host;
    const { type, text } = this.assets.get(name);
    for (const [header, value] of Object.entries(PAGE_HEADERS)) httpAdapter.setHeader(response, header, value);
    httpAdapter.setHeader(response, 'Content-Type', type);
    const isPage = name === 'index.html' && this.providers.login !== null;
    httpAdapter.reply(response, isPage ? text.replace('<body>', '<body data-login>') : text, HttpStatus.OK);
  }
}
