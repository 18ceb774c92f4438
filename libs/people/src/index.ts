export { CompanionsService } from './companions.service.js';
export { CounterService } from './counter.service.js';
export { DetailsService } from './details.service.js';
export { FamilyService } from './family.service.js';
export { ListedPeopleService, type ListedResident, registerListed } from './listed-people.service.js';
export { MergingService } from './merging.service.js';
export { PeopleErrors } from './people.errors.js';
export { PeopleHttpModule, PeopleModule } from './people.module.js';
export { ProxiesService } from './proxies.service.js';
export { ResidentFinder } from './resident-finder.js';
export {
  type ApplicantFacts,
  type HeldGroup,
  type ProxyPair,
  type ResidentFacts,
  ResidentsService,
  type ResidentSupport,
} from './residents.service.js';
export { SignInService } from './sign-in.service.js';
export { StaffService } from './staff.service.js';
