import { createApp } from 'vue';
import { wordsOf } from '../shared/i18n';
import '../shared/tokens.css';
import './elements';
import './school.css';
import App from './App.vue';
import en from './messages/en.json';
import lotteryEn from './messages/lottery.en.json';
import lotteryZh from './messages/lottery.zh.json';
import zh from './messages/zh.json';
import { router } from './router';

createApp(App)
  .use(wordsOf({ ...zh, ...lotteryZh }, { ...en, ...lotteryEn }))
  .use(router)
  .mount('#app');
