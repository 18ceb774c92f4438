import { defineErrors } from '#core';

export const DemoErrors = defineErrors('DEMO', {
  BEING_LOADED: {
    status: 503,
    title: {
      zh: '演示街区还在布置中，暂时只能浏览',
      en: 'The demo district is still being loaded; until then, only look',
    },
    next: {
      zh: '请几秒后重试，页面上方会显示进度；如一直不变，请重新启动程序。',
      en: 'Try again in some seconds, the page says how far it is; if that stands still, start the program again.',
    },
    retryAfter: 5,
  },
});
