import { ApiProperty } from '@nestjs/swagger';
import { WholeNumber } from '#core';

const MANY = 1_000_000_000;
/** A count in a view. */
export const Count = (description?: string) => WholeNumber({ min: 0, max: MANY, description });
/** A figure in a view, which may have decimals; null where there is none. */
export const Figure = (description: string) => ApiProperty({ type: Number, nullable: true, description });
