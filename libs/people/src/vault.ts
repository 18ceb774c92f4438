import { Injectable } from '@nestjs/common';
import type { DocumentKind } from '#contracts';
import { Sealing } from '#core';

/**
 * How this lib seals and finds again what identifies people. The purposes are part of every sealed value: changing
 * one makes what stands in the database unreadable.
 */
@Injectable()
export class Vault {
  constructor(private readonly sealing: Sealing) {}

  /** The same number has the same hash on a resident, an account and a sign-in code. */
  phone(phone: string): { sealed: Buffer; hash: Buffer } {
    return { sealed: this.sealing.seal('phone', phone), hash: this.phoneHash(phone) };
  }

  phoneHash(phone: string): Buffer {
    return this.sealing.hash('phone', phone);
  }

  openPhone(sealed: Buffer): string {
    return this.sealing.open('phone', sealed);
  }

  document(kind: DocumentKind, number: string): { sealed: Buffer; hash: Buffer } {
    return { sealed: this.sealing.seal('document', number), hash: this.documentHash(kind, number) };
  }

  /** Of kind and number together (counting rule 8). */
  documentHash(kind: DocumentKind, number: string): Buffer {
    return this.sealing.hash('document', `${kind}:${number}`);
  }

  /** The name of whom to call in an emergency; nobody is looked for by it. */
  contactName(name: string): Buffer {
    return this.sealing.seal('contact-name', name);
  }

  openContactName(sealed: Buffer): string {
    return this.sealing.open('contact-name', sealed);
  }

  signInCode(code: string): Buffer {
    return this.sealing.seal('sign-in-code', code);
  }

  openSignInCode(sealed: Buffer): string {
    return this.sealing.open('sign-in-code', sealed);
  }
}
