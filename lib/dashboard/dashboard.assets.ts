import { readFileSync } from 'node:fs';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { codeFile } from '../options/package.files.js';

const TYPES = {
  'index.html': 'text/html; charset=utf-8',
  'answer.js': 'text/javascript; charset=utf-8',
  'dashboard.css': 'text/css; charset=utf-8',
  'dashboard.js': 'text/javascript; charset=utf-8',
  'login.js': 'text/javascript; charset=utf-8',
  'token.js': 'text/javascript; charset=utf-8',
} as const;

export type AssetName = keyof typeof TYPES;

export interface Asset {
  readonly type: string;
  readonly text: string;
}

/**
 * The files of the page, which are next to this one, in `lib` and in `dist`. Read at start, so that a missing file
 * stops it. Synchronously, which takes such small files a fraction of the time.
 */
@Injectable()
export class DashboardAssets implements OnModuleInit {
  private readonly assets = new Map<AssetName, Asset>();

  onModuleInit(): void {
    for (const [name, type] of Object.entries(TYPES) as [AssetName, string][]) {
      this.assets.set(name, { type, text: readFileSync(codeFile(`dashboard/${name}`), 'utf8') });
    }
  }

  get(name: AssetName): Asset {
    return this.assets.get(name)!; // all were read before the first request
  }
}
