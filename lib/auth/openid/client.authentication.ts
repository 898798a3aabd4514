/** How the secret of a client is sent to a provider: as `Authorization: Basic …`, or in the body. */
export const CLIENT_AUTHENTICATIONS = ['basic', 'post'] as const;
export type ClientAuthentication = (typeof CLIENT_AUTHENTICATIONS)[number];
