/*
 * What the areas of staff use of Element Plus, each with its styles, so that nothing else of it reaches the browser, and
 * nothing at all a resident's. Tables are plain HTML: they print, fold on a phone, and a screen reader reads them row by
 * row.
 */
import 'element-plus/theme-chalk/base.css';
import 'element-plus/theme-chalk/el-button.css';
import 'element-plus/theme-chalk/el-input.css';
import 'element-plus/theme-chalk/el-message.css';
import 'element-plus/theme-chalk/el-option.css';
import 'element-plus/theme-chalk/el-popper.css';
import 'element-plus/theme-chalk/el-scrollbar.css';
import 'element-plus/theme-chalk/el-select-dropdown.css';
import 'element-plus/theme-chalk/el-select.css';
import 'element-plus/theme-chalk/el-tag.css';
import './element-theme.css';

export { ElButton } from 'element-plus/es/components/button/index.mjs';
export { ElConfigProvider } from 'element-plus/es/components/config-provider/index.mjs';
export { ElInput } from 'element-plus/es/components/input/index.mjs';
export { ElMessage } from 'element-plus/es/components/message/index.mjs';
export { ElOption, ElSelect } from 'element-plus/es/components/select/index.mjs';
export { ElTag } from 'element-plus/es/components/tag/index.mjs';
