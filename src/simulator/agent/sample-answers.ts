/** Answers with every kind of Markdown, fit for a screenshot. */
import type { Language } from '../world/language.ts'

export const MARKDOWN_SAMPLE: Record<Language, string> = {
  zh: `## 一周咖啡计划

每天换一种喝法，**不贵**、*不难*，还能认识新风味。

1. **周一 · 手冲** 耶加雪菲，花香提神
2. **周三 · 法压** 曼特宁
   - 粗研磨，静置 4 分钟
   - 喝之前先撇掉浮沫
3. **周五 · 冰咖啡** 冷萃 12 小时

- [x] 买豆子
- [x] 校准磨豆机
- [ ] 邀请朋友来喝

> 小贴士：水比豆子更重要，推荐矿物质含量 100–150 mg/L 的软水。

更多内容见 [冲煮指南](https://example.com/brewing)，或用 \`/table\` 看看价目表。~~速溶~~ 我们不卖速溶。[^1]

---

[^1]: 挂耳除外，挂耳是好东西。`,
  en: `## A week of coffee

A different cup every day: **cheap**, *easy*, and a new flavour each time.

1. **Monday · pour-over** Yirgacheffe, floral and bright
2. **Wednesday · French press** Mandheling
   - coarse grind, four minutes
   - skim the foam before you pour
3. **Friday · iced** cold brew, twelve hours

- [x] Buy beans
- [x] Dial in the grinder
- [ ] Invite a friend

> Tip: water matters more than beans. Soft water with 100–150 mg/L of minerals is best.

More in the [brewing guide](https://example.com/brewing), or type \`/table\` for our prices. ~~Instant~~ is not on the menu.[^1]

---

[^1]: Drip bags excepted. Drip bags are fine.`,
}

export const TABLE_SAMPLE: Record<Language, string> = {
  zh: `本周在售的豆子：

| 产地 | 处理法 | 风味 | 烘焙 | 价格 / 200 g |
|:-----|:------:|:-----|:----:|------:|
| 埃塞俄比亚 耶加雪菲 | 水洗 | 茉莉、柑橘、红茶 | 浅 | ¥88 |
| 云南 保山 | 日晒 | 红枣、可可、酒香 | 中 | ¥68 |
| 哥伦比亚 慧兰 | 蜜处理 | 焦糖、苹果、杏仁 | 中 | ¥78 |
| 印尼 曼特宁 | 湿刨 | 黑巧、雪松、香料 | 深 | ¥72 |

**两包起 9 折**，会员再减 ¥5。`,
  en: `This week's beans:

| Origin | Process | Flavour | Roast | Price / 250 g |
|:-------|:-------:|:--------|:-----:|------:|
| Ethiopia Yirgacheffe | washed | jasmine, citrus, black tea | light | €12.00 |
| China Yunnan Baoshan | natural | date, cocoa, wine | medium | €10.50 |
| Colombia Huila | honey | caramel, apple, almond | medium | €11.00 |
| Indonesia Mandheling | wet-hulled | dark chocolate, cedar, spice | dark | €10.90 |

**10 % off from two bags**, and members save another euro.`,
}

const CODE = `\`\`\`ts
interface Brew {
  coffeeGrams: number
  waterGrams: number
}

/** How strong is it? 1:15 is a good start. */
export function ratio({ coffeeGrams, waterGrams }: Brew): string {
  if (coffeeGrams <= 0) throw new RangeError('coffeeGrams must be positive')
  return \`1:\${(waterGrams / coffeeGrams).toFixed(1)}\`
}

console.log(ratio({ coffeeGrams: 15, waterGrams: 225 })) // 1:15.0
\`\`\``

export const CODE_SAMPLE: Record<Language, string> = {
  zh: `算粉水比，用这个小函数就够了：

${CODE}

在终端里运行：

\`\`\`sh
npx tsx ratio.ts
\`\`\`

把 \`225\` 换成你的水量试试。`,
  en: `A small function is all you need for the ratio:

${CODE}

Run it in a terminal:

\`\`\`sh
npx tsx ratio.ts
\`\`\`

Put your own amount in place of \`225\`.`,
}

export const THINK_SAMPLE: Record<Language, { reasoning: string; text: string }> = {
  zh: {
    reasoning:
      '用户想知道一杯手冲要多少豆子。\n\n先定杯量：一人份大约 225 g 水。常用粉水比 1:15，于是 225 ÷ 15 = 15 g。\n\n如果是两人份，就是 450 g 水、30 g 粉，滤杯要换成 02 号。\n\n还要提醒：口味偏浓可以用 1:13。',
    text: '一人份用 **15 g** 豆子配 **225 g** 水（1:15）。两个人就翻倍，记得换 02 号滤杯。喜欢浓一点，可以用 1:13。',
  },
  en: {
    reasoning:
      'The question is how many beans one pour-over needs.\n\nOne cup is about 225 g of water. With the usual 1:15, that is 225 ÷ 15 = 15 g.\n\nFor two it is 450 g and 30 g, and the cone should be size 02.\n\nI should add that 1:13 is the way to go for a stronger cup.',
    text: 'For one cup take **15 g** of beans and **225 g** of water (1:15). Double it for two and use a size 02 cone. If you like it stronger, go for 1:13.',
  },
}

const MATH = String.raw`

$$
\text{EY} = \frac{m_\text{drink} \cdot c}{m_\text{coffee}}
$$

`

/** Formulas within a text and on a line of their own, and a diagram. */
export const MATH_SAMPLE: Record<Language, string> = {
  zh: String.raw`萃取率 $\text{EY}$ 由浓度 \(c\) 和重量算出：${MATH}常见范围是 $18\,\% \le \text{EY} \le 22\,\%$。

~~~mermaid
graph LR; 研磨-->注水-->滴滤
~~~`,
  en: String.raw`The yield $\text{EY}$ follows from the strength \(c\) and two weights:${MATH}Good cups have $18\,\% \le \text{EY} \le 22\,\%$.

~~~mermaid
graph LR; Grind-->Pour-->Drip
~~~`,
}

/** The fields of a real plugin's card. `response_for_model` is its fallback as text; one button opens a page, the other asks a question. */
export const CARD_SAMPLE: Record<Language, Record<string, unknown>> = {
  zh: card('埃塞俄比亚 耶加雪菲（水洗）', '茉莉、柑橘、红茶；浅烘', '¥88 / 200 g', ['加入购物车', '怎么冲煮？']),
  en: card('Ethiopia Yirgacheffe (washed)', 'Jasmine, citrus, black tea; light roast', '€12.00 / 250 g', [
    'Add to cart',
    'How do I brew it?',
  ]),
}

function card(title: string, description: string, price: string, buttons: [string, string]): Record<string, unknown> {
  const [buy, ask] = buttons
  return {
    card_type: 3,
    response_type: 'card',
    template_id: 7,
    template_url: 'https://example.com/cards/product.json',
    response_for_model: `${title}\n${description}\n${price}`,
    data: JSON.stringify({
      title,
      description,
      price,
      buttons: [
        { text: buy, url: 'https://example.com/beans/1' },
        { text: ask, message: ask },
      ],
    }),
  }
}

const PARAGRAPHS: Record<Language, string[]> = {
  zh: [
    '咖啡树喜欢温和的高地。海拔越高，昼夜温差越大，果实成熟得越慢，糖分积累得越多，这就是高山豆更甜的原因。',
    '采摘之后的处理决定了风味的走向：**水洗** 干净明亮，**日晒** 浓郁奔放，**蜜处理** 介于两者之间。',
    '烘焙像是在讲故事：\n\n1. 脱水，豆子由青转黄\n2. 一爆，香气绽放\n3. 发展，酸与甜找到平衡\n4. 下豆，迅速冷却',
    '研磨均匀比研磨得细更重要。细粉过多会带来苦涩，粗粉过多则让味道单薄。一台好的磨豆机，往往比一包贵的豆子更值得。',
    '> 好咖啡没有标准答案。你喜欢的那一杯，就是最好的一杯。',
    '水温、时间、粉水比，三者彼此牵制。想更甜，就把 `水温` 提高一度；想更清爽，就把 `时间` 缩短十秒。',
  ],
  en: [
    'Coffee likes mild highlands. The higher it grows, the cooler the nights, the slower the cherries ripen and the more sugar they gather. That is why mountain beans taste sweeter.',
    'What happens after the harvest sets the tone: **washed** is clean and bright, **natural** is rich and wild, and **honey** lies between the two.',
    'Roasting tells a story:\n\n1. Drying, from green to yellow\n2. First crack, when the aroma opens\n3. Development, until acid and sweetness balance\n4. Drop, and quick cooling',
    'An even grind matters more than a fine one. Too many fines taste bitter, too many boulders taste thin. A good grinder is often a better buy than an expensive bag.',
    '> There is no right answer to good coffee. The cup you like is the best one.',
    'Temperature, time and ratio pull on each other. For more sweetness raise the `temperature` by a degree; for a lighter cup take ten seconds off the `time`.',
  ],
}

/** @returns exactly `length` UTF-16 units of Markdown with headings, lists, quotes and code spans */
export function longAnswer(length: number, language: Language): string {
  const paragraphs = PARAGRAPHS[language]
  const parts: string[] = []
  let written = 0
  for (let i = 0; written < length; i++) {
    const chapter = Math.floor(i / paragraphs.length) + 1
    const heading = language === 'zh' ? `## 第 ${chapter} 章` : `## Chapter ${chapter}`
    const paragraph = paragraphs[i % paragraphs.length] ?? ''
    const part = `${i % paragraphs.length === 0 ? `${heading}\n\n` : ''}${paragraph}\n\n`
    parts.push(part)
    written += part.length
  }
  return parts.join('').slice(0, length)
}
