import { Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  Min,
  Validate,
  ValidateIf,
  type ValidationArguments,
  ValidatorConstraint,
  type ValidatorConstraintInterface,
} from 'class-validator';

const DATABASE_URL_FORM = /^postgres(ql)?:\/\/\S+$/;
const SIMPLE_NAME = /^[a-z_][a-z0-9_]{0,50}$/;
const KEY_32_BYTES = /^[0-9a-f]{64}$/i;
const SEALING_KEYS_FORM = /^[a-z0-9]{1,8}:[0-9a-f]{64}(,[a-z0-9]{1,8}:[0-9a-f]{64})*$/i;

const quoted = (args: ValidationArguments) => (args.value === undefined ? 'not set' : 'set, but not usable');

@ValidatorConstraint({ name: 'isDatabaseUrl' })
class IsDatabaseUrl implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    if (typeof value !== 'string' || !DATABASE_URL_FORM.test(value)) return false;
    try {
      // No host stands for the local socket, which URL does not know.
      new URL(value.replace('@/', '@localhost/'));
      decodeURIComponent(value);
      return true;
    } catch {
      return false;
    }
  }
}

/** Whether the program runs for show, with made-up people, or for real. */
export type Mode = 'demo' | 'production';

/**
 * Every setting of the program, read once at start from the environment (and `.env`).
 *
 * `.env.example` documents each of them; a test holds the two lists against each other.
 */
export class Settings {
  /** `demo` shows SMS in the log; `production` refuses that, and refuses generated keys. */
  @IsIn(['demo', 'production'], { message: 'MODE must be demo or production.' })
  MODE: Mode = 'production';

  /** TCP port of the api; 0 takes any free one. */
  @Type(() => Number)
  @IsInt({ message: 'PORT must be a whole number from 0 to 65535.' })
  @Min(0, { message: 'PORT must be a whole number from 0 to 65535.' })
  @Max(65535, { message: 'PORT must be a whole number from 0 to 65535.' })
  PORT = 3000;

  /** Address the api listens on. */
  @IsString()
  HOST = '127.0.0.1';

  /** TCP port of the worker's health and metrics; 0 takes any free one. */
  @Type(() => Number)
  @IsInt({ message: 'WORKER_PORT must be a whole number from 0 to 65535.' })
  @Min(0, { message: 'WORKER_PORT must be a whole number from 0 to 65535.' })
  @Max(65535, { message: 'WORKER_PORT must be a whole number from 0 to 65535.' })
  WORKER_PORT = 0;

  /** Where residents reach the platform, for cookies and links; `https://` makes cookies Secure. */
  @IsUrl(
    { require_tld: false, protocols: ['http', 'https'], require_protocol: true },
    { message: 'PUBLIC_ORIGIN must be an address such as https://learn.example.cn.' },
  )
  @IsOptional()
  PUBLIC_ORIGIN?: string;

  /** Number of reverse proxies in front whose X-Forwarded-For is believed. */
  @Type(() => Number)
  @IsInt({ message: 'TRUSTED_PROXIES must be a whole number from 0 to 10.' })
  @Min(0, { message: 'TRUSTED_PROXIES must be a whole number from 0 to 10.' })
  @Max(10, { message: 'TRUSTED_PROXIES must be a whole number from 0 to 10.' })
  TRUSTED_PROXIES = 0;

  /** PostgreSQL 18 or later. Under `npm start` an embedded server is started when this is not set. */
  @Validate(IsDatabaseUrl, {
    message: (args) => `DATABASE_URL is ${quoted(args)}: give postgres://user:password@host:5432/database.`,
  })
  DATABASE_URL!: string;

  /** The one schema that holds this deployment's tables; its queues live in `<schema>_bullmq`. */
  @Matches(SIMPLE_NAME, { message: 'DATABASE_SCHEMA must be lower-case letters, digits and underscores, at most 51.' })
  DATABASE_SCHEMA = 'huixue';

  /** Connections that each process may open. */
  @Type(() => Number)
  @IsInt({ message: 'DATABASE_POOL must be a whole number from 2 to 200.' })
  @Min(2, { message: 'DATABASE_POOL must be a whole number from 2 to 200.' })
  @Max(200, { message: 'DATABASE_POOL must be a whole number from 2 to 200.' })
  DATABASE_POOL = 12;

  /** Redis for the queues; not set: the queues live in PostgreSQL. */
  @IsOptional()
  @Matches(/^rediss?:\/\/\S+$/, { message: 'REDIS_URL must begin with redis:// or rediss://.' })
  REDIS_URL?: string;

  /** `id:key` pairs (32 bytes in hex) that seal personal data; the first seals, all open. */
  @Matches(SEALING_KEYS_FORM, {
    message: (args) => `SEALING_KEYS is ${quoted(args)}: give id:key pairs, each key 64 hex digits.`,
  })
  SEALING_KEYS!: string;

  /** Key (32 bytes in hex) of the keyed hashes by which a phone or document is found again. It never changes. */
  @Matches(KEY_32_BYTES, { message: (args) => `HASHING_KEY is ${quoted(args)}: give 64 hex digits.` })
  HASHING_KEY!: string;

  /** Key (32 bytes in hex) that signs sign-in tokens. */
  @Matches(KEY_32_BYTES, { message: (args) => `TOKEN_KEY is ${quoted(args)}: give 64 hex digits.` })
  TOKEN_KEY!: string;

  /** How SMS leave: `log` (demo only) or `webhook`, the district's SMS gateway adapter. */
  @IsIn(['log', 'webhook'], { message: 'SMS_CHANNEL must be log or webhook.' })
  SMS_CHANNEL: 'log' | 'webhook' = 'log';

  /** Receives each SMS as a signed JSON POST. */
  @ValidateIf((settings: Settings) => settings.SMS_CHANNEL === 'webhook')
  @IsUrl(
    { require_tld: false, protocols: ['http', 'https'], require_protocol: true },
    { message: 'SMS_WEBHOOK_URL must be set to an address when SMS_CHANNEL is webhook.' },
  )
  SMS_WEBHOOK_URL?: string;

  /** Signs the POST (HMAC-SHA256 over timestamp and body). */
  @ValidateIf((settings: Settings) => settings.SMS_CHANNEL === 'webhook')
  @Matches(KEY_32_BYTES, {
    message: (args) => `SMS_WEBHOOK_KEY is ${quoted(args)}: give 64 hex digits when SMS_CHANNEL is webhook.`,
  })
  SMS_WEBHOOK_KEY?: string;

  /** Least severe log line that is written. */
  @IsIn(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    message: 'LOG_LEVEL must be trace, debug, info, warn, error, fatal or silent.',
  })
  LOG_LEVEL = 'info';

  /** Folder of `npm start` for the embedded database and generated keys. */
  @IsString()
  DATA_DIR = '.data';

  /** Whether `npm start` loads the made-up district into an empty database, with MODE=demo. */
  @IsIn(['yes', 'no'], { message: 'DEMO_DATA must be yes or no.' })
  DEMO_DATA: 'yes' | 'no' = 'yes';

  /** Whether cookies are sent over HTTPS only and carry the `__Host-` prefix. */
  get secureCookies(): boolean {
    return this.PUBLIC_ORIGIN?.startsWith('https://') ?? false;
  }
}

/** Names of the settings, as the environment spells them. */
export const SETTING_NAMES = [
  'MODE',
  'PORT',
  'HOST',
  'WORKER_PORT',
  'PUBLIC_ORIGIN',
  'TRUSTED_PROXIES',
  'DATABASE_URL',
  'DATABASE_SCHEMA',
  'DATABASE_POOL',
  'REDIS_URL',
  'SEALING_KEYS',
  'HASHING_KEY',
  'TOKEN_KEY',
  'SMS_CHANNEL',
  'SMS_WEBHOOK_URL',
  'SMS_WEBHOOK_KEY',
  'LOG_LEVEL',
  'DATA_DIR',
  'DEMO_DATA',
] as const satisfies readonly (keyof Settings)[];
