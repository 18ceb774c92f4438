import '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../configuration/settings.js';

/** `__Host-` ties the cookie to this very host over HTTPS; browsers refuse the prefix on plain http. */
const nameOf = (settings: Settings) => (settings.secureCookies ? '__Host-huixue' : 'huixue');

/** Gives the browser the sign-in token; script never sees it. */
export function setTokenCookie(reply: FastifyReply, settings: Settings, token: string, days: number): void {
  void reply.setCookie(nameOf(settings), token, {
    httpOnly: true,
    secure: settings.secureCookies,
    sameSite: 'lax',
    path: '/',
    maxAge: days * 86_400,
  });
}

/** Takes it back. */
export function clearTokenCookie(reply: FastifyReply, settings: Settings): void {
  void reply.clearCookie(nameOf(settings), {
    httpOnly: true,
    secure: settings.secureCookies,
    sameSite: 'lax',
    path: '/',
  });
}

/** The token that the request carries: `Authorization: Bearer` of a machine, or the browser's cookie. */
export function tokenOf(request: FastifyRequest, settings: Settings): string | null {
  const { authorization } = request.headers;
  if (authorization?.startsWith('Bearer ')) return authorization.slice(7);
  return request.cookies[nameOf(settings)] ?? null;
}
