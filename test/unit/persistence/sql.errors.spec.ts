import { describe, expect, it } from '@jest/globals';
import { UnknownNamedTaskError } from '../../../lib/persistence/persistence.errors.js';
import { isPassingTrouble, translateError } from '../../../lib/persistence/sql.errors.js';

const withCode = (code: string, message = 'refused'): Error => Object.assign(new Error(message), { code });

describe('an error of the database', () => {
  it('becomes the class that stands for its SQLSTATE, with the cause kept', () => {
    const cause = withCode('TK001', 'named task 7 does not exist');
    const translated = translateError(cause);
    expect(translated).toBeInstanceOf(UnknownNamedTaskError);
    expect(translated).toMatchObject({ message: 'named task 7 does not exist', cause, httpStatus: 404 });
  });

  it('is found inside what TypeORM wraps around it', () => {
    const wrapped = Object.assign(new Error('query failed'), { driverError: withCode('TK001') });
    expect(translateError(wrapped)).toBeInstanceOf(UnknownNamedTaskError);
  });

  it.each([withCode('23505'), new Error('anything'), 'a text', undefined])(
    'stays what it is otherwise: %s',
    (error) => {
      expect(translateError(error)).toBe(error);
    },
  );

  it.each(['08006', '57P01', '53300', '40001', '40P01', '55P03', 'ECONNREFUSED', 'ECONNRESET'])(
    'passes by itself when its code is %s',
    (code) => expect(isPassingTrouble(withCode(code))).toBe(true),
  );

  it.each(['23505', '42P01', '22P02', 'TK001'])('does not pass by itself when its code is %s', (code) => {
    expect(isPassingTrouble(withCode(code))).toBe(false);
  });

  it('passes by itself when the connection was lost, which the driver gives no code', () => {
    expect(isPassingTrouble(new Error('Connection terminated unexpectedly'))).toBe(true);
    expect(isPassingTrouble(new Error('handler is not a function'))).toBe(false);
    expect(isPassingTrouble(withCode('22000', 'connection terminated by the moon'))).toBe(false);
  });
});
