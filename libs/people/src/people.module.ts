import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessPolicy } from '#core';
import { PlacesModule } from '#places';
import { AuditController } from './audit.controller.js';
import { AuditLogService } from './audit.service.js';
import { CompanionGroupEntity, CompanionMemberEntity } from './companions.entities.js';
import {
  AccountGuessesEntity,
  ProxyConsentEntity,
  ResidentGroupEntity,
  SafetyDeclarationEntity,
} from './consents.entities.js';
import { CounterService } from './counter.service.js';
import { FamilyService } from './family.service.js';
import { PasswordStrategy } from './password.strategy.js';
import { MeController } from './me.controller.js';
import { MeService } from './me.service.js';
import { PeopleAccessPolicy } from './people.access-policy.js';
import {
  AccountEntity,
  AccountResidentEntity,
  PersonalCodeEntity,
  ResidentEntity,
  SignInCodeEntity,
  SignInEntity,
  StaffEntity,
  StaffRoleEntity,
} from './people.entities.js';
import { PersonalCodes } from './personal-codes.js';
import { ResidentsController } from './residents.controller.js';
import { ResidentsService } from './residents.service.js';
import { SignInController } from './sign-in.controller.js';
import { SignInService } from './sign-in.service.js';
import { SignIns } from './sign-ins.js';
import { StaffController } from './staff.controller.js';
import { StaffService } from './staff.service.js';
import { Vault } from './vault.js';

/** Global because core's guard, wherever it runs, asks this lib what a caller may do. */
@Global()
@Module({
  imports: [
    PlacesModule,
    TypeOrmModule.forFeature([
      ResidentEntity,
      PersonalCodeEntity,
      AccountEntity,
      AccountResidentEntity,
      StaffEntity,
      StaffRoleEntity,
      SignInEntity,
      SignInCodeEntity,
      ResidentGroupEntity,
      ProxyConsentEntity,
      SafetyDeclarationEntity,
      AccountGuessesEntity,
      CompanionGroupEntity,
      CompanionMemberEntity,
    ]),
  ],
  providers: [
    AuditLogService,
    CounterService,
    FamilyService,
    MeService,
    PeopleAccessPolicy,
    PersonalCodes,
    ResidentsService,
    SignIns,
    SignInService,
    StaffService,
    Vault,
    { provide: AccessPolicy, useExisting: PeopleAccessPolicy },
  ],
  exports: [
    AccessPolicy,
    AuditLogService,
    CounterService,
    FamilyService,
    MeService,
    PeopleAccessPolicy,
    ResidentsService,
    SignInService,
    StaffService,
  ],
})
export class PeopleModule {}

@Module({
  imports: [PeopleModule],
  controllers: [SignInController, MeController, ResidentsController, StaffController, AuditController],
  providers: [PasswordStrategy],
})
export class PeopleHttpModule {}
