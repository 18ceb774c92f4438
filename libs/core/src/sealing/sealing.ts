import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Settings } from '../configuration/settings.js';

const NONCE_BYTES = 12;
/** Nonces drawn at once: to ask for chance costs more than the chance itself. */
const NONCES = 256;
const TAG_BYTES = 16;

/** Thrown when something sealed cannot be opened: its key is gone, or it was changed. */
export class CannotOpen extends Error {}

/**
 * Seals personal data (AES-256-GCM) and makes the keyed hashes (HMAC-SHA256) by which it is found again.
 *
 * Sealed form: one byte length of the key id, the key id, 12 bytes nonce, 16 bytes tag, ciphertext. The purpose is
 * authenticated too, so that a sealed phone put where a document belongs does not open.
 */
@Injectable()
export class Sealing {
  private readonly keys: Map<string, Buffer>;
  private readonly current: Buffer;
  /** What every sealed value begins with. */
  private readonly head: Buffer;
  private readonly hashingKey: Buffer;
  private nonces = Buffer.alloc(0);

  constructor(settings: Settings) {
    const pairs = settings.SEALING_KEYS.split(',').map((pair) => pair.split(':') as [string, string]);
    this.keys = new Map(pairs.map(([id, key]) => [id, Buffer.from(key, 'hex')]));
    const [currentId] = pairs[0]!;
    this.current = this.keys.get(currentId)!;
    const id = Buffer.from(currentId);
    this.head = Buffer.concat([Buffer.from([id.length]), id]);
    this.hashingKey = Buffer.from(settings.HASHING_KEY, 'hex');
  }

  /** @param purpose what the text is, such as `phone`; it must be given again to open it. */
  seal(purpose: string, text: string): Buffer {
    return this.sealBytes(purpose, Buffer.from(text));
  }

  /** {@link seal} for what is no text, such as a piece of a photo. */
  sealBytes(purpose: string, bytes: Uint8Array): Buffer {
    const nonce = this.drawNonce();
    const cipher = createCipheriv('aes-256-gcm', this.current, nonce);
    cipher.setAAD(Buffer.from(purpose));
    const body = cipher.update(bytes);
    const end = cipher.final();
    return Buffer.concat([this.head, nonce, cipher.getAuthTag(), body, end]);
  }

  private drawNonce(): Buffer {
    if (this.nonces.length === 0) this.nonces = randomBytes(NONCE_BYTES * NONCES);
    const nonce = this.nonces.subarray(0, NONCE_BYTES);
    this.nonces = this.nonces.subarray(NONCE_BYTES);
    return nonce;
  }

  /** @throws CannotOpen */
  open(purpose: string, sealed: Buffer): string {
    return this.openBytes(purpose, sealed).toString('utf8');
  }

  /** {@link open} for what was sealed by {@link sealBytes}. @throws CannotOpen */
  openBytes(purpose: string, sealed: Buffer): Buffer {
    const idEnd = 1 + (sealed[0] ?? 0);
    const key = this.keys.get(sealed.subarray(1, idEnd).toString());
    if (!key) throw new CannotOpen(`no key of SEALING_KEYS opens this ${purpose}`);
    const nonceEnd = idEnd + NONCE_BYTES;
    const tagEnd = nonceEnd + TAG_BYTES;
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(idEnd, nonceEnd));
      decipher.setAAD(Buffer.from(purpose));
      decipher.setAuthTag(sealed.subarray(nonceEnd, tagEnd));
      return Buffer.concat([decipher.update(sealed.subarray(tagEnd)), decipher.final()]);
    } catch {
      throw new CannotOpen(`this ${purpose} was changed after it was sealed`);
    }
  }

  /** The same text and purpose always give the same 32 bytes; without the key they say nothing. */
  hash(purpose: string, text: string): Buffer {
    return createHmac('sha256', this.hashingKey).update(`${purpose}\0${text}`).digest();
  }
}
