/*
 * What this area uses of Element Plus, each with its styles, so that nothing else of it reaches the browser. Tables are
 * plain HTML: they print, and a screen reader reads them row by row.
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

export { ElButton, ElConfigProvider, ElInput, ElMessage, ElOption, ElSelect } from 'element-plus';
