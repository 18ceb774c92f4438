/** Where to sign in, and to come back to. */
export const signInAt = (path: string): string => `/sign-in?next=${encodeURIComponent(path)}`;
