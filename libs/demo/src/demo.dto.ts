import { type Role, ROLES } from '#contracts';
import { ListOf, OneOf, Text, WholeNumber } from '#core';

export class DemoAccountView {
  @OneOf(ROLES)
  role!: Role;

  @Text({ max: 50 })
  name!: string;

  @Text({ max: 100 })
  about!: string;

  @Text({ max: 200 })
  aboutEn!: string;

  @Text({ max: 50, nullable: true, description: 'Of staff.' })
  username!: string | null;

  @Text({ max: 50, nullable: true, description: 'Of staff.' })
  password!: string | null;

  @Text({ max: 20, nullable: true, description: 'Of residents.' })
  phone!: string | null;
}

export class DemoAccountsView {
  @ListOf(() => DemoAccountView, { max: 20, description: 'Empty where no demo data were loaded.' })
  items!: DemoAccountView[];
}

export class DemoProgressView {
  @WholeNumber({ min: 0, max: 100, nullable: true, description: 'While it is being loaded, else null.' })
  percent!: number | null;
}

export class LastSmsRequest {
  @Text({ max: 30 })
  phone!: string;
}

export class LastSmsView {
  @Text({ max: 6, nullable: true, description: 'The newest sign-in code that still works.' })
  code!: string | null;
}
