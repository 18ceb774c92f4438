import { createApp } from 'vue';
import { wordsOf } from '../shared/i18n';
import '../shared/tokens.css';
import './resident.css';
import './display';
import App from './App.vue';
import en from './messages/en.json';
import zh from './messages/zh.json';
import { router } from './router';

const app = createApp(App).use(wordsOf(zh, en)).use(router);
// The facts that came with a class page stay readable until the page itself can take their place.
void router.isReady().then(() => app.mount('#app'));
