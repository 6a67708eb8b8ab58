import { FirstVerification1763800000000 } from './1763800000000-first-verification.js';

/** Every migration, oldest first. Listed by hand: what runs is what is written here. */
export const MIGRATIONS = [FirstVerification1763800000000];
