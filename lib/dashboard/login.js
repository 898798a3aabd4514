/** Signing in and out, if the application lets users log in: the attribute `data-login` of the page says so. */

const signIn = document.querySelector('#sign-in');
const signOut = document.querySelector('#sign-out');
const isPossible = document.body.dataset.login !== undefined;

/** Shows who is logged in. */
export async function showSession() {
  if (!isPossible) return;
  const { user } = await sessionOf();
  signOut.hidden = user === null;
  signOut.textContent = `Sign out ${user}`;
}

/** Offers to sign in, and to come back to what the page shows now. */
export function offerLogin() {
  if (!isPossible) return;
  signIn.href = new URL(`./login?to=${encodeURIComponent(location.hash)}`, import.meta.url).href;
  signIn.hidden = false;
}

/** @param {() => void} done called when nobody is logged in any more */
export function whenSignedOut(done) {
  signOut.addEventListener('click', async () => {
    const { ok } = await fetch(new URL('./logout', import.meta.url), { method: 'POST' });
    if (!ok) return;
    signOut.hidden = true;
    done();
  });
}

/** Nobody, if the server does not answer: the page says so for the task. */
async function sessionOf() {
  try {
    const response = await fetch(new URL('./session', import.meta.url), { cache: 'no-store' });
    return response.ok ? await response.json() : { user: null };
  } catch {
    return { user: null };
  }
}
