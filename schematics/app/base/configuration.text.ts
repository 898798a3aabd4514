import type { NewFile } from '../../writing/write.files';
import type { AppChoice } from '../app.options';

/** The files that `nest new` 12 writes, for ES modules. */
export function configurationFiles({ tests }: AppChoice): readonly NewFile[] {
  return [
    { path: 'nest-cli.json', text: json(NEST) },
    { path: 'tsconfig.json', text: typescript(tests) },
    { path: 'tsconfig.build.json', text: BUILD },
    { path: '.oxlintrc.json', text: json(LINT) },
    { path: '.prettierrc', text: json({ singleQuote: true, trailingComma: 'all' }) },
    { path: '.gitignore', text: IGNORED },
  ];
}

const NEST = {
  $schema: 'https://json.schemastore.org/nest-cli',
  collection: '@nestjs/schematics',
  sourceRoot: 'src',
  compilerOptions: { deleteOutDir: true },
};

function typescript(tests: boolean): string {
  return `{
  "compilerOptions": {
    "module": "nodenext",
    "moduleResolution": "nodenext",
    "resolvePackageJsonExports": true,
    "esModuleInterop": true,
    "isolatedModules": true,
    "declaration": true,
    "removeComments": true,
    "emitDecoratorMetadata": true,
    "experimentalDecorators": true,
    "allowSyntheticDefaultImports": true,
    "target": "ES2023",
    "sourceMap": true,
    "outDir": "./dist",
    "rootDir": ".",
    "incremental": true,
    "skipLibCheck": true,
    "strict": true,
    "strictPropertyInitialization": false,
    "types": [${tests ? '"vitest/globals", ' : ''}"node"]
  }
}
`;
}

const BUILD = `{
  "extends": "./tsconfig.json",
  "compilerOptions": {
    "rootDir": "./src"
  },
  "include": ["src"],
  "exclude": ["node_modules", "test", "dist", "**/*spec.ts"]
}
`;

const LINT = {
  $schema: './node_modules/oxlint/configuration_schema.json',
  rules: { 'typescript/no-explicit-any': 'off', 'typescript/no-floating-promises': 'error' },
  env: { node: true },
};

const IGNORED = `/dist
/node_modules
/coverage
/.tasker
*.tsbuildinfo
*.log
.env
.env.*.local
.DS_Store
.idea
`;

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
