import { describe, expect, it } from '@jest/globals';
import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import {
  AbortedTransactionError,
  DatabaseTimeoutError,
  LostConnectionError,
} from '../../../lib/persistence/persistence.errors.js';
import { isOfOnePart, isOutage, outageReason, translateError } from '../../../lib/persistence/sql.errors.js';

const withCode = (code: string, message = 'refused'): Error => Object.assign(new Error(message), { code });

describe('an error of a server whose lc_messages is not English', () => {
  it.each([
    ['57P01', 'breche Verbindung ab aufgrund von Anweisung des Administrators', true],
    ['53300', 'Verbindung fehlgeschlagen: zu viele Verbindungen', true],
    ['23505', 'doppelter Schlüsselwert verletzt Unique-Constraint', false],
  ])('is judged by its code alone: %s', (code, message, expected) => {
    expect(isOutage(withCode(code, message))).toBe(expected);
    expect(isOutage(withCode(code, 'Connection terminated'))).toBe(expected);
  });

  it('of a failed transaction is said in our words', () => {
    const cause = withCode('25P02', 'aktuelle Transaktion wurde abgebrochen');
    expect(translateError(cause)).toMatchObject({ code: 'TASKER_ABORTED_TRANSACTION', cause });
  });
});

describe('an error of the database', () => {
  it('of a transaction that failed before is said so, with the cause kept', () => {
    const cause = withCode('25P02');
    expect(translateError(cause)).toBeInstanceOf(AbortedTransactionError);
    const wrapped = Object.assign(new Error('query failed'), { driverError: cause });
    expect(translateError(wrapped)).toMatchObject({ code: 'TASKER_ABORTED_TRANSACTION', cause });
  });

  it.each([withCode('23505'), new Error('anything'), 'a text', undefined])(
    'stays what it is otherwise: %s',
    (error) => {
      expect(translateError(error)).toBe(error);
    },
  );

  it.each([
    ['22P02', 'text that is no value of its type'],
    ['23514', 'a violated check'],
    ['54000', 'an exceeded limit'],
    ['P0001', 'what a trigger raised'],
    ['55000', 'a table without a replica identity'],
    ['42501', 'a missing right'],
    ['53200', 'too little memory, which one value may need'],
    ['XX001', 'a page that cannot be read'],
  ])('may lie in one part of what was asked when its code is %s, %s', (code) => {
    expect(isOfOnePart(withCode(code))).toBe(true);
    expect(isOfOnePart(Object.assign(new Error('query failed'), { driverError: withCode(code) }))).toBe(true);
  });

  it.each([
    ['08006', 'a broken connection'],
    ['57P01', 'a restart'],
    ['57014', 'a statement timeout'],
    ['53300', 'too many connections'],
    ['40P01', 'a deadlock'],
    ['25006', 'a standby'],
    ['25P02', 'a session in an aborted transaction'],
    ['55P03', 'a lock that is taken'],
    ['ECONNRESET', 'a reset'],
    ['EPIPE', 'a broken pipe, which looks like a SQLSTATE'],
    ['', 'a connection that ended, which the driver gives no code'],
  ])('hits everything alike when its code is %s, %s', (code) => {
    expect(isOfOnePart(withCode(code))).toBe(false);
  });
});

describe('an outage', () => {
  it.each([
    ...['08000', '08006', '57P01', '57P02', '57P03', '57P05', '53300', '57014', '55P03', '25P03', '25P04'],
    ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE', 'EHOSTUNREACH'],
  ])('is known by the code %s, wrapped or not', (code) => {
    expect(isOutage(withCode(code))).toBe(true);
    expect(isOutage(Object.assign(new Error('query failed'), { driverError: withCode(code) }))).toBe(true);
  });

  it.each([
    'Connection terminated',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Client has encountered a connection error and is not queryable',
    'timeout exceeded when trying to connect',
    'Query read timeout',
  ])('is known by what pg says without a code, wrapped or not: %s', (message) => {
    expect(isOutage(new Error(message))).toBe(true);
    // As TypeORM wraps it: with the message of what it wraps.
    expect(isOutage(Object.assign(new Error(message), { driverError: new Error(message) }))).toBe(true);
  });

  it.each([
    new QueryRunnerAlreadyReleasedError(),
    new QueryRunnerProviderAlreadyReleasedError(),
    new DatabaseTimeoutError('silent', 500),
    new LostConnectionError(),
  ])('is what TypeORM and we make of a connection that was lost: %s', (error) => {
    expect(isOutage(error)).toBe(true);
  });

  it.each([
    [
      withCode('57014', 'canceling statement due to statement timeout'),
      'canceling statement due to statement timeout (57014)',
    ],
    [withCode('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1\nand more'), 'connect ECONNREFUSED 127.0.0.1:1'],
    [withCode('ECONNREFUSED', ''), 'ECONNREFUSED'],
    [new DatabaseTimeoutError('slow', 500), 'A statement took longer than 0.5 s and was cancelled'],
  ])('fits on one line of the log: %s', (error, line) => {
    expect(outageReason(error)).toBe(line);
  });

  it.each([
    withCode('23505', 'Connection terminated'),
    withCode('EACCES'),
    Object.assign(withCode('ECONNRESET'), { statusCode: 400 }), // a caller who broke off
    new Error('the bank said: Connection terminated'),
    'ECONNREFUSED',
    undefined,
  ])('is nothing else: %s', (error) => {
    expect(isOutage(error)).toBe(false);
  });
});
