export { CompanionsService } from './companions/companions.service.js';
export { CounterService } from './residents/counter.service.js';
export { DetailsService } from './preparation/details.service.js';
export { FamilyService } from './proxies/family.service.js';
export { ListedPeopleService, type ListedResident, registerListed } from './residents/listed-people.service.js';
export { MergingService } from './merging/merging.service.js';
export { PeopleErrors } from './people.errors.js';
export { PeopleHttpModule, PeopleModule } from './people.module.js';
export { ProxiesService } from './proxies/proxies.service.js';
export { ResidentFinder } from './residents/resident-finder.js';
export {
  type ApplicantFacts,
  type HeldGroup,
  type ProxyPair,
  type ResidentFacts,
  ResidentsService,
  type ResidentSupport,
} from './residents/residents.service.js';
export { SignInService } from './sign-in/sign-in.service.js';
export { StaffService } from './staff/staff.service.js';
