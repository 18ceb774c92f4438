import type { EntityManager } from 'typeorm';
import type { EnrollmentSource } from '#contracts';
import type { Caller, OnceKey } from '#core';
import type { DrawPromise, DrawResult } from './draw.rules.js';
import type { Step } from '../moves.rules.js';
import type { TransferReason } from './transfer.rules.js';

/*
 * What the admission desk is asked. Every request names the residents whose term rows and the classes whose seats it
 * locks before anything is read.
 */

/** One resident, or up to four who come together or not at all; the one who asks first. */
export interface ApplyRequest {
  kind: 'apply';
  caller: Caller;
  classId: string;
  residentIds: readonly string[];
  source: EnrollmentSource;
  /** Take a seat that falls free without asking first. */
  automatic: boolean;
  once: OnceKey;
}

export interface StepRequest {
  kind: 'step';
  step: Step;
  caller: Caller;
  enrollmentId: string;
  classId: string;
  /** The enrollment's resident, and those of its unit. */
  residentIds: readonly string[];
  reason: string;
  /** Stores what the step was decided by, in the desk's transaction; where it throws, nothing is moved. */
  record?: (em: EntityManager) => Promise<void>;
}

export interface TransferRequest {
  kind: 'transfer';
  caller: Caller;
  enrollmentId: string;
  classId: string;
  toClassId: string;
  /** The enrollment's resident, and those of its unit where all of it goes over. */
  residentIds: readonly string[];
  because: TransferReason;
  reason: string;
}

/** Gives the seats of a lottery in the order of the draw. */
export interface DrawRequest {
  kind: 'draw';
  caller: Caller;
  classId: string;
  /** Seats to be drawn, and the most of these who may wait (null: no limit), as the frozen list promises. */
  promised: DrawPromise;
  /** Enrollments of each unit, the first drawn first. */
  ranked: readonly (readonly string[])[];
  residentIds: readonly string[];
  reason: string;
  /** Stores what became of it, in the desk's transaction. */
  record?: (em: EntityManager, result: DrawResult) => Promise<void>;
}

/** Ends what ran out and gives what is free. */
export interface SettleRequest {
  kind: 'settle';
  classId: string;
  residentIds: readonly string[];
}

export type AdmissionRequest = ApplyRequest | StepRequest | TransferRequest | DrawRequest | SettleRequest;

/** The classes a request locks. */
export const classesOf = (request: AdmissionRequest): string[] =>
  request.kind === 'transfer' ? [request.classId, request.toClassId] : [request.classId];

/** The enrollments a request names. */
export function enrollmentsOf(request: AdmissionRequest): readonly string[] {
  switch (request.kind) {
    case 'step':
    case 'transfer':
      return [request.enrollmentId];
    case 'draw':
      return request.ranked.flat();
    default:
      return [];
  }
}
