import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessPolicy } from '#core';
import { PlacesModule } from '#places';
import { Accounts } from './sign-in/accounts.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditLogService } from './audit/audit.service.js';
import { CompanionGroupEntity, CompanionMemberEntity } from './companions/companions.entities.js';
import { CompanionsService } from './companions/companions.service.js';
import {
  AccountGuessesEntity,
  ProxyConsentEntity,
  ProxyInvitationEntity,
  ResidentGroupEntity,
  SafetyDeclarationEntity,
} from './consents/consents.entities.js';
import { CounterService } from './residents/counter.service.js';
import { DeclarationsService } from './preparation/declarations.service.js';
import { DetailsService } from './preparation/details.service.js';
import { FamilyService } from './proxies/family.service.js';
import { AccountGuesses } from './merging/guesses.js';
import { LikelySameService } from './merging/likely-same.service.js';
import { LikelyTwiceService } from './merging/likely-twice.service.js';
import { ListedPeopleService } from './residents/listed-people.service.js';
import { PasswordStrategy } from './sign-in/password.strategy.js';
import { Passwords } from './sign-in/passwords.js';
import { MergingService } from './merging/merging.service.js';
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
import { PersonalCodes } from './residents/personal-codes.js';
import { PreparationController } from './preparation/preparation.controller.js';
import { PreparationService } from './preparation/preparation.service.js';
import { ProxiesService } from './proxies/proxies.service.js';
import { ResidentFinder } from './residents/resident-finder.js';
import { ResidentPreparationController } from './preparation/resident-preparation.controller.js';
import { ResidentsController } from './residents/residents.controller.js';
import { ResidentsService } from './residents/residents.service.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { SignInService } from './sign-in/sign-in.service.js';
import { SignIns } from './sign-in/sign-ins.js';
import { StaffController } from './staff/staff.controller.js';
import { StaffService } from './staff/staff.service.js';
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
      ProxyInvitationEntity,
      SafetyDeclarationEntity,
      AccountGuessesEntity,
      CompanionGroupEntity,
      CompanionMemberEntity,
    ]),
  ],
  providers: [
    AccountGuesses,
    Accounts,
    AuditLogService,
    CompanionsService,
    CounterService,
    DeclarationsService,
    DetailsService,
    FamilyService,
    LikelySameService,
    LikelyTwiceService,
    ListedPeopleService,
    MergingService,
    MeService,
    Passwords,
    PeopleAccessPolicy,
    PersonalCodes,
    PreparationService,
    ProxiesService,
    ResidentFinder,
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
    CompanionsService,
    CounterService,
    DeclarationsService,
    DetailsService,
    FamilyService,
    LikelySameService,
    LikelyTwiceService,
    ListedPeopleService,
    MergingService,
    MeService,
    PeopleAccessPolicy,
    PreparationService,
    ProxiesService,
    ResidentFinder,
    ResidentsService,
    SignInService,
    StaffService,
  ],
})
export class PeopleModule {}

@Module({
  imports: [PeopleModule],
  controllers: [
    SignInController,
    MeController,
    PreparationController,
    ResidentsController,
    ResidentPreparationController,
    StaffController,
    AuditController,
  ],
  providers: [PasswordStrategy],
})
export class PeopleHttpModule {}
