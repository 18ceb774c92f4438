import { defineAsyncComponent } from 'vue';

/** Says that the demo is still being loaded; comes to those alone who have to wait for it. */
export const DemoNotice = defineAsyncComponent(() => import('./components/DemoNotice.vue'));
