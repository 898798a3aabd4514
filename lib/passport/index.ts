export { passportAuthenticator } from './passport.authenticator.js';
export { passportStrategy } from './passport.strategy.js';
