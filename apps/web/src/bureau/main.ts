import { createApp } from 'vue';
import { wordsOf } from '../shared/i18n';
import linesEn from '../shared/messages/lines.en.json';
import linesZh from '../shared/messages/lines.zh.json';
import '../shared/tokens.css';
import '../shared/staff/elements';
import './bureau.css';
import App from './App.vue';
import en from './messages/en.json';
import auditEn from './messages/audit.en.json';
import auditZh from './messages/audit.zh.json';
import headcountsEn from './messages/headcounts.en.json';
import headcountsZh from './messages/headcounts.zh.json';
import openingEn from './messages/opening.en.json';
import openingZh from './messages/opening.zh.json';
import importsEn from './messages/imports.en.json';
import importsZh from './messages/imports.zh.json';
import partsEn from './messages/parts.en.json';
import partsZh from './messages/parts.zh.json';
import placesEn from './messages/places.en.json';
import placesZh from './messages/places.zh.json';
import staffEn from './messages/staff.en.json';
import staffZh from './messages/staff.zh.json';
import termsEn from './messages/terms.en.json';
import termsZh from './messages/terms.zh.json';
import zh from './messages/zh.json';
import { router } from './router';

createApp(App)
  .use(
    wordsOf(
      {
        ...zh,
        ...auditZh,
        ...termsZh,
        ...openingZh,
        ...importsZh,
        ...headcountsZh,
        ...staffZh,
        ...placesZh,
        ...partsZh,
        ...linesZh,
      },
      {
        ...en,
        ...auditEn,
        ...termsEn,
        ...openingEn,
        ...importsEn,
        ...headcountsEn,
        ...staffEn,
        ...placesEn,
        ...partsEn,
        ...linesEn,
      },
    ),
  )
  .use(router)
  .mount('#app');
