import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AllowEveryone, PACKAGE_ROOT } from '#core';

const FRONT_PAGE = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>汇学e生·洞头</title>
<style>
body { margin: 0; background: #f3f8fa; color: #12303d; font: 1.25rem/1.7 system-ui, sans-serif; }
main { max-width: 34rem; margin: 0 auto; padding: 3rem 1.5rem; }
h1 { font-size: 2rem; line-height: 1.3; }
a { color: #0b5f7d; }
</style>
</head>
<body>
<main>
<h1>汇学e生·洞头</h1>
<p>洞头区全民终身学习平台: 找课程、报名、签到,人次有据可查。</p>
<p lang="en">The lifelong-learning platform of the islands of Dongtou.</p>
<p><a href="/api/v1/classes">正在招生的班级 <span lang="en">Classes</span></a> · <a href="/api/v1/openapi.json">接口说明 <span lang="en">API description</span></a></p>
</main>
</body>
</html>
`;

/** The committed description, which a check holds against the routes. */
const DESCRIPTION = readFileSync(join(PACKAGE_ROOT, 'apps/api/openapi.json'), 'utf8');

/** The first page, and the API's description. */
@ApiExcludeController()
@Controller()
export class FrontController {
  @Get()
  @AllowEveryone()
  @Header('Content-Type', 'text/html; charset=utf-8')
  front(): string {
    return FRONT_PAGE;
  }

  @Get('api/v1/openapi.json')
  @AllowEveryone()
  @Header('Content-Type', 'application/json; charset=utf-8')
  description(): string {
    return DESCRIPTION;
  }
}
