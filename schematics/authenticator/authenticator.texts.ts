import type { ClassArtefact } from '../writing/class.artefact';

/** What the types of authenticators differ in. */
export type AuthenticatorTexts = Omit<ClassArtefact, 'what' | 'role' | 'suffix' | 'provided'>;
