import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { RecentAnswers } from '../../../lib/auth/openid/recent.answers.js';

describe('recent answers', () => {
  afterEach(() => void jest.restoreAllMocks());

  it('are kept for a while, and the oldest forgotten if there are too many', () => {
    let now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    const answers = new RecentAnswers<number>(2);
    answers.keep('a', 1, 10);
    answers.keep('b', 2, 20);
    answers.keep('a', 3, 10); // the newest again
    answers.keep('c', 4, 20);
    expect([answers.get('a'), answers.get('b'), answers.get('c')]).toEqual([3, undefined, 4]);
    now = 10;
    expect([answers.get('a'), answers.get('c')]).toEqual([undefined, 4]);
  });

  it('are not kept for no time, and neither is the one before', () => {
    const answers = new RecentAnswers<number>(2);
    answers.keep('a', 1, 1_000);
    answers.keep('a', 2, 0);
    expect(answers.get('a')).toBeUndefined();
  });
});
