import { createApp } from 'vue';
import { wordsOf } from '../shared/i18n';
import linesEn from '../shared/messages/lines.en.json';
import linesZh from '../shared/messages/lines.zh.json';
import '../shared/tokens.css';
import './elements';
import './school.css';
import App from './App.vue';
import callsEn from './messages/calls.en.json';
import callsZh from './messages/calls.zh.json';
import counterEn from './messages/counter.en.json';
import counterZh from './messages/counter.zh.json';
import en from './messages/en.json';
import enrollmentsEn from './messages/enrollments.en.json';
import enrollmentsZh from './messages/enrollments.zh.json';
import evidenceEn from './messages/evidence.en.json';
import evidenceZh from './messages/evidence.zh.json';
import importEn from './messages/import.en.json';
import importZh from './messages/import.zh.json';
import lateEn from './messages/late.en.json';
import lateZh from './messages/late.zh.json';
import lotteryEn from './messages/lottery.en.json';
import lotteryZh from './messages/lottery.zh.json';
import paperEn from './messages/paper.en.json';
import paperZh from './messages/paper.zh.json';
import rollEn from './messages/roll.en.json';
import rollZh from './messages/roll.zh.json';
import stopEn from './messages/stop.en.json';
import stopZh from './messages/stop.zh.json';
import termsEn from './messages/terms.en.json';
import termsZh from './messages/terms.zh.json';
import venuesEn from './messages/venues.en.json';
import venuesZh from './messages/venues.zh.json';
import zh from './messages/zh.json';
import { router } from './router';

createApp(App)
  .use(
    wordsOf(
      {
        ...zh,
        ...callsZh,
        ...counterZh,
        ...enrollmentsZh,
        ...evidenceZh,
        ...importZh,
        ...lateZh,
        ...lotteryZh,
        ...paperZh,
        ...rollZh,
        ...stopZh,
        ...termsZh,
        ...venuesZh,
        ...linesZh,
      },
      {
        ...en,
        ...callsEn,
        ...counterEn,
        ...enrollmentsEn,
        ...evidenceEn,
        ...importEn,
        ...lateEn,
        ...lotteryEn,
        ...paperEn,
        ...rollEn,
        ...stopEn,
        ...termsEn,
        ...venuesEn,
        ...linesEn,
      },
    ),
  )
  .use(router)
  .mount('#app');
