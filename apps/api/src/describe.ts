import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

export type { OpenAPIObject };

/** What every error looks like (RFC 9457). */
const PROBLEM = {
  type: 'object' as const,
  required: ['type', 'status', 'code', 'title', 'next', 'traceId'],
  properties: {
    type: { type: 'string' as const },
    status: { type: 'integer' as const },
    code: { type: 'string' as const, description: 'Stable, such as ENROLLMENT.CAP_REACHED.' },
    title: { type: 'string' as const, description: 'What happened, in the language asked for.' },
    next: { type: 'string' as const, description: 'What to do now.' },
    traceId: { type: 'string' as const },
    fields: {
      type: 'array' as const,
      description: 'With CORE.INVALID: the fields that are not right.',
      items: {
        type: 'object' as const,
        required: ['path', 'message'],
        properties: {
          path: { type: 'string' as const },
          message: {
            type: 'object' as const,
            required: ['zh', 'en'],
            properties: { zh: { type: 'string' as const }, en: { type: 'string' as const } },
          },
        },
      },
    },
  },
};

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
const upperFirst = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** The OpenAPI document of the mounted routes; every operation may also answer a problem. */
export function describe(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('汇学e生·洞头')
    .setDescription(
      'The lifelong-learning platform of Dongtou district: catalogue, enrollment, attendance, participation, targets.',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) =>
      `${lowerFirst(controller.replace(/Controller$/, ''))}${upperFirst(method)}`,
  });
  document.components = { ...document.components, schemas: { ...document.components?.schemas, Problem: PROBLEM } };
  const problem = {
    description: 'A problem: what happened and what to do next.',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
  for (const path of Object.values(document.paths)) {
    for (const operation of [path.get, path.put, path.post, path.patch, path.delete]) {
      if (operation) operation.responses = { ...operation.responses, default: problem };
    }
  }
  return document;
}
