import { describe, expect, it } from '@jest/globals';
import { interpolate, MissingVariablesError } from '../../../lib/templates/variable.interpolation.js';
import { problemsOf, templateOf, withSteps } from './loading.support.js';

describe('references in a configuration', () => {
  const variables = { HOST: 'shop.test', EMPTY: '', KEY: '$& $1 ${HOST}' };
  const replaced = (text: string): unknown => interpolate({ text }, variables).text;

  it('are replaced wherever they stand in a text', () => {
    expect(replaced('https://${HOST}/v1?h=${HOST}')).toBe('https://shop.test/v1?h=shop.test');
  });

  it('are replaced in objects and lists, but not in keys', () => {
    expect(interpolate({ '${HOST}': { list: ['${HOST}', 1, null, true] } }, variables)).toEqual({
      '${HOST}': { list: ['shop.test', 1, null, true] },
    });
  });

  it('fall back to their default when the variable is unset or empty', () => {
    expect(replaced('${NONE:-http://localhost:80/}')).toBe('http://localhost:80/');
    expect(replaced('${NONE:-}')).toBe('');
    expect(replaced('${EMPTY:-default}')).toBe('default');
    expect(replaced('${EMPTY:-}')).toBe('');
    expect(replaced('${HOST:-default}')).toBe('shop.test');
  });

  it('may be empty without a default', () => {
    expect(replaced('[${EMPTY}]')).toBe('[]');
  });

  it('are written with two dollars when they are meant literally', () => {
    expect(replaced('$${HOST} and $${NONE}')).toBe('${HOST} and ${NONE}');
  });

  it('are not replaced in what replaced them', () => {
    expect(replaced('${KEY}')).toBe('$& $1 ${HOST}');
  });

  it('are not what only looks like them', () => {
    for (const text of ['$HOST', '${host name}', '${1A}', '${', '${}', '${HOST']) expect(replaced(text)).toBe(text);
  });

  it('do not find what every object has', () => {
    expect(() => replaced('${constructor}')).toThrow(MissingVariablesError);
  });

  it('leave the configuration as it was', () => {
    const config = Object.freeze({ text: '${HOST}' });
    interpolate(config, variables);
    expect(config.text).toBe('${HOST}');
  });

  it('to variables that are not set are all told at once', () => {
    const run = (): unknown => interpolate({ url: '${A}/${B}', deep: [{ key: '${C}' }] }, { C: undefined });
    expect(run).toThrow(
      'The configuration of the step cannot be resolved in this process: handler_config.url: the variable "A" is not set; set it, or give it a default: ${A:-value}; handler_config.url: the variable "B" is not set; set it, or give it a default: ${B:-value}; handler_config.deep[0].key: the variable "C" is not set; set it, or give it a default: ${C:-value}.',
    );
    expect(run).toThrow(expect.objectContaining({ code: 'TASKER_MISSING_VARIABLES' }));
  });
});

describe('references in a template', () => {
  const yaml = withSteps(`  - name: pay
    description: \${NOT_REPLACED}
    handler: shop.pay
    handler_config: { key: '\${API_KEY}' }
environments:
  production:
    step_templates: [{ name: pay, handler_config: { url: '\${PAY_URL}' } }]`);

  it('stay in it as they are, so that secrets do not reach the database', () => {
    const { steps } = templateOf(yaml, { variables: { API_KEY: 'secret' } });
    expect(steps[0]).toMatchObject({ handlerConfig: { key: '${API_KEY}' }, description: '${NOT_REPLACED}' });
  });

  it('are not looked up in a process that runs no steps', () => {
    expect(problemsOf(yaml, { variables: null })).toEqual([]);
  });

  it('must be resolvable in the environment of the process', () => {
    expect(problemsOf(yaml)).toEqual([
      'task.yaml:6:23 step_templates[0].handler_config.key: the variable "API_KEY" is not set; set it, or give it a default: ${API_KEY:-value}',
    ]);
    expect(problemsOf(yaml, { environment: 'production', variables: { API_KEY: 'x' } })).toEqual([
      'task.yaml:9:53 environments.production.step_templates[0].handler_config.url: the variable "PAY_URL" is not set; set it, or give it a default: ${PAY_URL:-value}',
    ]);
  });
});
