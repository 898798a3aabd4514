import { descriptionOf, discoverUrl } from '../jwt/discovery.js';
import { RemoteAnswerError, remoteJson, type RemoteForm } from '../jwt/remote.json.js';
import { readAnswer, type IntrospectedToken } from './introspection.answer.js';
import type { IntrospectionOptions } from './introspection.options.js';
import { RemoteService } from './remote.service.js';

/**
 * Statuses that every request would get: wrong credentials of the application, too many requests, and gateways whose
 * service is out of order. Any other error in an answer may be due to the token, and must not keep out other users.
 */
const FOR_ALL: readonly number[] = [401, 403, 404, 405, 429, 502, 503, 504];

/** Whether an error may be due to the token in the request. */
export function isAboutToken(error: unknown): boolean {
  return error instanceof RemoteAnswerError && !FOR_ALL.includes(error.status);
}

/** Asks a provider about tokens (RFC 7662, 2.1). */
export class IntrospectionEndpoint {
  private readonly service: RemoteService;
  /** Known from the options, or from the last discovery; forgotten if it fails. */
  private url: string | null = null;

  constructor(private readonly options: IntrospectionOptions) {
    this.service = new RemoteService(
      `introspect tokens at ${options.introspectionUrl ?? descriptionOf(options.issuer!)}`,
    );
  }

  /**
   * @returns null for a token that is not active
   * @throws AuthUnavailableError
   */
  introspect(token: string): Promise<IntrospectedToken | null> {
    return this.service.ask(async () => {
      this.url ??= await this.locate();
      const document = await remoteJson(this.url, this.formFor(token));
      return readAnswer(document);
    }, this.isForAll);
  }

  private readonly isForAll = (error: unknown): boolean => {
    if (isAboutToken(error)) return false;
    this.url = null; // the provider may have moved
    return true;
  };

  private async locate(): Promise<string> {
    const { introspectionUrl, issuer } = this.options;
    if (introspectionUrl !== undefined) return introspectionUrl;
    try {
      return await discoverUrl(issuer!, 'introspection_endpoint');
    } catch (error) {
      throw new Error(`the issuer does not describe itself: ${(error as Error).message}`, { cause: error });
    }
  }

  private formFor(token: string): RemoteForm {
    const { clientId, clientSecret, clientAuthentication } = this.options;
    const body = new URLSearchParams({ token, token_type_hint: 'access_token' });
    if (clientAuthentication === 'post') {
      body.set('client_id', clientId);
      body.set('client_secret', clientSecret);
      return { headers: {}, body };
    }
    const credentials = Buffer.from([clientId, clientSecret].map(formEncoded).join(':')).toString('base64');
    return { headers: { authorization: `Basic ${credentials}` }, body };
  }
}

/** As the two parts of Basic are encoded for a provider (RFC 6749, 2.3.1). */
function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
