import { Get, HttpStatus, Req, Res, UseGuards } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { CanBeOpen, OpenRouteGuard } from '../auth/open-route.guard.js';
import { OwnController } from '../auth/own-controller.decorator.js';
import { DashboardAssets, type AssetName } from './dashboard.assets.js';

/**
 * Permits only the page's own files and the API of the same host, and no inline scripts or styles, so that none can be
 * injected.
 */
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
} as const;

/** Public unless the options say otherwise, because the page contains no data, and its API is guarded. */
@CanBeOpen('dashboard')
@UseGuards(OpenRouteGuard)
@OwnController('dashboard', 'dashboard')
export class DashboardController {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly assets: DashboardAssets,
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

  @Get('dashboard.js')
  script(@Res() response: unknown): void {
    this.send(response, 'dashboard.js');
  }

  private send(response: unknown, name: AssetName): void {
    const { httpAdapter } = this.host;
    const { type, text } = this.assets.get(name);
    for (const [header, value] of Object.entries(HEADERS)) httpAdapter.setHeader(response, header, value);
    httpAdapter.setHeader(response, 'Content-Type', type);
    httpAdapter.reply(response, text, HttpStatus.OK);
  }
}
