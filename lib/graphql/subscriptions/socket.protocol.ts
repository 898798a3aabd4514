import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import {
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type ExecutionArgs,
  type ValidationRule,
} from 'graphql';
import type { Context, ServerOptions } from 'graphql-ws';
import { AccessDecision } from '../../auth/access.decision.js';
import { shortened } from '../error.size.js';
import { refusalOf } from './connection.refusal.js';
import { addAuthorization, rememberSocket } from './socket.request.js';
import type { SocketSettings } from './socket.settings.js';

/** The request that opened a socket, as the server passes it to controllers, and a function that closes the socket. */
export interface SocketExtra {
  readonly request: Pick<IncomingMessage, 'headers'>;
  readonly close: (code: number, reason: string) => void;
}

type Connection = Context<Record<string, unknown>, SocketExtra>;
type Options = ServerOptions<Record<string, unknown>, SocketExtra>;

/** The protocol over a socket, for all drivers: authenticates the client, and runs subscriptions within the limits. */
@Injectable()
export class SocketProtocol {
  constructor(
    private readonly schemas: GraphQLSchemaHost,
    private readonly decision: AccessDecision,
  ) {}

  optionsFor({ connectionInitTimeoutMs, rules, maxTokens }: SocketSettings): Options {
    return {
      connectionInitWaitTimeout: connectionInitTimeoutMs,
      onConnect: (connection) => this.mayConnect(connection),
      onSubscribe: ({ extra }, _, { query, operationName, variables }) => {
        const asked = this.asked(query, rules, maxTokens);
        if ('errors' in asked) return asked.errors;
        return this.execution(asked.document, operationName ?? undefined, variables ?? undefined, extra);
      },
      onError: (_, __, ___, errors) => shortened(errors),
      onNext: (_, __, ___, ____, result) => withShortErrors(result),
    };
  }

  /** Called before any message of the client is read. */
  private async mayConnect({ connectionParams, extra: { request, close } }: Connection): Promise<boolean> {
    addAuthorization(request, connectionParams);
    try {
      await this.decision.of(request, request);
      rememberSocket(request, close);
      return true;
    } catch (error) {
      const { code, reason } = refusalOf(error);
      close(code, reason);
      return false;
    }
  }

  private asked(
    query: string,
    rules: readonly ValidationRule[],
    maxTokens: number,
  ): { readonly document: DocumentNode } | { readonly errors: readonly GraphQLError[] } {
    try {
      const document = parse(query, { maxTokens });
      const errors = validate(this.schemas.schema, document, [...specifiedRules, ...rules, onlySubscriptions]);
      return errors.length > 0 ? { errors } : { document };
    } catch (error) {
      return { errors: [error as GraphQLError] };
    }
  }

  private execution(
    document: DocumentNode,
    operationName: string | undefined,
    variableValues: Record<string, unknown> | undefined,
    { request }: SocketExtra,
  ): ExecutionArgs | GraphQLError[] {
    if (!getOperationAST(document, operationName)) return [new GraphQLError(UNCLEAR)];
    const args = { schema: this.schemas.schema, document, contextValue: { req: request } };
    return {
      ...args,
      ...(operationName !== undefined && { operationName }),
      ...(variableValues && { variableValues }),
    };
  }
}

const UNCLEAR =
  'Name the operation to run in operationName: the document has no operation, several, or none of that name.';

const onlySubscriptions: ValidationRule = (context) => ({
  OperationDefinition(operation) {
    if (operation.operation === OperationTypeNode.SUBSCRIPTION) return;
    context.reportError(new GraphQLError('Only subscriptions can be sent over a WebSocket.', { nodes: operation }));
  },
});

interface Answer {
  readonly errors?: readonly GraphQLError[] | undefined;
}

function withShortErrors({ errors, ...result }: Answer): object {
  return { ...result, ...(errors && { errors: shortened(errors) }) };
}
