import type { AuthenticatorType } from '../authenticator/authenticator.factory';
import type { Place } from '../host/host.project';

export interface NestAddOptions extends Place {
  readonly schema?: string;
  readonly migrations?: 'apply' | 'verify';
  readonly authenticator?: AuthenticatorType | 'none';
  readonly rest?: boolean;
  readonly graphql?: boolean;
  readonly example?: boolean;
  readonly tests?: boolean;
  readonly dataSource?: string;
  readonly skipInstall?: boolean;
  readonly force?: boolean;
}
