import { createApp } from 'vue';
import { wordsOnDemand } from '../shared/i18n';
import { getPagesAhead } from '../shared/reach';
import '../shared/tokens.css';
import './resident.css';
import './display';
import App from './App.vue';
import zh from './messages/zh.json';
import { router } from './router';

const words = wordsOnDemand(zh, () => import('./messages/en.json').then((en) => en.default));
const app = createApp(App).use(router);
// The facts that came with a class page stay readable until the page itself can take their place. A page whose files do
// not come leaves its frame, which says so.
const ready = router.isReady().catch(() => undefined);
void Promise.all([words, ready]).then(([i18n]) => {
  app.use(i18n).mount('#app');
  getPagesAhead(router);
});
