import { defineErrors, explainConstraints } from '#core';

export const PlacesErrors = defineErrors('PLACES', {
  REGION_UNKNOWN: {
    status: 404,
    title: { zh: '没有这个行政区划', en: 'There is no such region' },
    next: { zh: '请从区划列表中选择。', en: 'Choose one from the list of regions.' },
  },
  REGION_LEVEL: {
    status: 422,
    title: { zh: '所选区划的级别不合适', en: 'The chosen region is not of a fitting level' },
    next: { zh: '请改选以下级别的区划：{levels}。', en: 'Choose a region of one of these levels: {levels}.' },
  },
  ORGANISATION_UNKNOWN: {
    status: 404,
    title: { zh: '没有这个机构', en: 'There is no such organisation' },
    next: { zh: '请从机构列表中选择。', en: 'Choose one from the list of organisations.' },
  },
  ORGANISATION_CLOSED: {
    status: 422,
    title: { zh: '该机构已停办', en: 'This organisation is closed' },
    next: { zh: '请选择仍在办学的机构。', en: 'Choose an organisation that is still active.' },
  },
  ORGANISATION_NAME_TAKEN: {
    status: 409,
    title: { zh: '已有同名机构', en: 'An organisation of this name exists' },
    next: { zh: '请使用已有机构，或换一个名称。', en: 'Use the one that exists, or choose another name.' },
  },
  TEACHING_POINT_UNKNOWN: {
    status: 404,
    title: { zh: '没有这个教学点', en: 'There is no such teaching point' },
    next: { zh: '请从教学点列表中选择。', en: 'Choose one from the list of teaching points.' },
  },
  PLATE_LISTED_ALREADY: {
    status: 409,
    title: { zh: '该机构在此处已挂同类牌子', en: 'The organisation already holds a plate of this kind there' },
    next: { zh: '请修改已有的教学点，无需重复挂牌。', en: 'Change the teaching point that exists.' },
  },
  DELISTED_TOO_EARLY: {
    status: 422,
    title: { zh: '摘牌日期须晚于挂牌日期', en: 'A plate is delisted after the day it was listed' },
    next: { zh: '请核对挂牌与摘牌日期。', en: 'Check both days.' },
  },
  TRAVEL_WITHIN_TOWNSHIP: {
    status: 422,
    title: { zh: '同一乡镇内不设路程时间', en: 'The way within one township is not put down' },
    next: {
      zh: '请选择两个不同的乡镇或街道；同一乡镇内按 {minutes} 分钟计。',
      en: 'Choose two different townships; within one, {minutes} minutes are reckoned.',
    },
  },
  VENUE_UNKNOWN: {
    status: 404,
    title: { zh: '没有这个场地', en: 'There is no such venue' },
    next: { zh: '请从场地列表中选择，或先登记场地。', en: 'Choose one from the list of venues, or register it first.' },
  },
  VENUE_NAME_TAKEN: {
    status: 409,
    title: { zh: '本机构已有同名场地', en: 'The organisation has a venue of this name' },
    next: { zh: '请使用已有场地，或换一个名称。', en: 'Use the one that exists, or choose another name.' },
  },
});

explainConstraints({
  uq_organisations_name: () => PlacesErrors.ORGANISATION_NAME_TAKEN(),
  uq_teaching_points_plate: () => PlacesErrors.PLATE_LISTED_ALREADY(),
  ck_teaching_points_validity: () => PlacesErrors.DELISTED_TOO_EARLY(),
  uq_venues_name: () => PlacesErrors.VENUE_NAME_TAKEN(),
});
