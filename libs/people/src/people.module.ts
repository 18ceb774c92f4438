import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessPolicy } from '#core';
import { PlacesModule } from '#places';
import { Accounts } from './accounts.js';
import { AuditController } from './audit.controller.js';
import { AuditLogService } from './audit.service.js';
import { CompanionGroupEntity, CompanionMemberEntity } from './companions.entities.js';
import { CompanionsService } from './companions.service.js';
import {
  AccountGuessesEntity,
  ProxyConsentEntity,
  ProxyInvitationEntity,
  ResidentGroupEntity,
  SafetyDeclarationEntity,
} from './consents.entities.js';
import { CounterService } from './counter.service.js';
import { DeclarationsService } from './declarations.service.js';
import { DetailsService } from './details.service.js';
import { FamilyService } from './family.service.js';
import { AccountGuesses } from './guesses.js';
import { LikelySameService } from './likely-same.service.js';
import { LikelyTwiceService } from './likely-twice.service.js';
import { ListedPeopleService } from './listed-people.service.js';
import { PasswordStrategy } from './password.strategy.js';
import { Passwords } from './passwords.js';
import { MergingService } from './merging.service.js';
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
import { PreparationController } from './preparation.controller.js';
import { PreparationService } from './preparation.service.js';
import { ProxiesService } from './proxies.service.js';
import { ResidentFinder } from './resident-finder.js';
import { ResidentPreparationController } from './resident-preparation.controller.js';
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
