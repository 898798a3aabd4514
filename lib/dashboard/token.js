/** The bearer token that the user entered. It is stored only for the tab, and sent only to the API next to the page. */

const PLACE = 'nestjs-tasker:token';

/** @param {Storage} storage the storage of the tab */
export function keptToken(storage) {
  return storage.getItem(PLACE) ?? '';
}

/** An empty text removes the token. The user may paste a whole header: `Bearer …`. */
export function keepToken(storage, text) {
  const token = text.trim().replace(/^(authorization:\s*)?bearer\s+/i, '');
  if (token === '') storage.removeItem(PLACE);
  else storage.setItem(PLACE, token);
}

/** The headers with the token; empty without one, if the application uses a cookie or no authentication. */
export function headersOf(storage) {
  const token = keptToken(storage);
  return token === '' ? {} : { authorization: `Bearer ${token}` };
}
