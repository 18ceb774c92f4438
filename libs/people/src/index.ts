export { PeopleAccessPolicy } from './people.access-policy.js';
export { PeopleErrors } from './people.errors.js';
export { PeopleHttpModule, PeopleModule } from './people.module.js';
export { type ResidentFacts, type ResidentOfAccount, ResidentsService } from './residents.service.js';
export { type CodeForDelivery, SignInService } from './sign-in.service.js';
export { StaffService } from './staff.service.js';
