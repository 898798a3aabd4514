/** The bearer token that a reader entered: kept for the tab alone, and sent to nobody but the API beside the page. */

const PLACE = 'nestjs-tasker:token';

/** @param {Storage} storage of the tab */
export function keptToken(storage) {
  return storage.getItem(PLACE) ?? '';
}

/** An empty text is forgotten. A reader may paste a whole header: `Bearer …`. */
export function keepToken(storage, text) {
  const token = text.trim().replace(/^(authorization:\s*)?bearer\s+/i, '');
  if (token === '') storage.removeItem(PLACE);
  else storage.setItem(PLACE, token);
}

/** What says who asks; nothing without a token, where the application knows by a cookie, or lets everybody in. */
export function headersOf(storage) {
  const token = keptToken(storage);
  return token === '' ? {} : { authorization: `Bearer ${token}` };
}
