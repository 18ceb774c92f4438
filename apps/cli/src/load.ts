import type { INestApplicationContext } from '@nestjs/common';
import type { Settings } from '#core';
import { ParticipationLoader } from '#participation';
import { PlacesLoader } from '#places';
import { TargetsLoader } from '#targets';
import { withServices } from './operator.module.js';

/** Loads the reference data and says how much was done. */
export async function loadReferenceData(settings: Settings): Promise<void> {
  await withServices(settings, loadReference);
}

/**
 * Regions, the counting rules, the plan's indicators and targets, in this order, because each names the ones before.
 * Running it again changes nothing that people have changed.
 */
export async function loadReference(services: INestApplicationContext): Promise<void> {
  const loaders = [services.get(PlacesLoader), services.get(ParticipationLoader), services.get(TargetsLoader)];
  let changed = 0;
  for (const loader of loaders) changed += await loader.load();
  console.log(
    changed === 0
      ? 'The reference data are up to date.'
      : `Loaded the reference data: ${changed} rows added or changed.`,
  );
}
