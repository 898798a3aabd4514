/** Run in a folder with the description of the API, the generators and the fetcher: writes `hey/` and `orval/`. */
import { createClient } from '@hey-api/openapi-ts';
import { generate } from 'orval';

await createClient({
  input: 'openapi.json',
  output: { path: 'hey', importFileExtension: '.js' },
  plugins: ['@hey-api/client-fetch', '@hey-api/sdk', '@hey-api/typescript'],
  logs: { level: 'silent' },
});
await generate({
  input: 'openapi.json',
  output: {
    target: 'orval/api.ts',
    client: 'fetch',
    headers: true,
    override: { mutator: { path: 'orval.fetcher.ts', name: 'fetcher', extension: '.js' } },
  },
});
