import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { liesIn } from '#contracts';
import type { Caller } from '#core';
import { ResidentsService } from '#people';
import { OrganisationsService } from '#places';

/** 村级联络员: a village agent enrolls the people of the own village, and them alone, in whichever school's class. */
@Injectable()
export class VillageAgentsService {
  constructor(
    private readonly source: DataSource,
    private readonly residents: ResidentsService,
    private readonly organisations: OrganisationsService,
  ) {}

  /** Whether the caller is agent of a village. */
  isAgent(caller: Caller): boolean {
    return officesOf(caller).length > 0;
  }

  /** Whether all of these people live where the caller is agent. */
  async serves(caller: Caller, residentIds: readonly string[]): Promise<boolean> {
    const em = this.source.manager;
    const regions = await Promise.all(
      officesOf(caller).map(async (id) => (await this.organisations.require(em, id)).regionCode),
    );
    if (regions.length === 0) return false;
    const people = await this.residents.factsOf(em, residentIds);
    return people.every(({ regionCode }) => regions.some((region) => liesIn(regionCode, region)));
  }
}

const officesOf = ({ grants }: Caller): string[] =>
  grants.flatMap(({ role, organisationId }) => (role === 'village_agent' && organisationId ? [organisationId] : []));
