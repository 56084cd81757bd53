#include "ui/theme/theme.h"

#include <QApplication>
#include <QRegularExpression>
#include <QTest>

#include <cmath>

using namespace signalbox;

namespace {

double linear(double channel)
{
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor &colour)
{
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

/// WCAG 2: 1 to 21.
double contrast(const QColor &one, const QColor &other)
{
    const double a = luminance(one);
    const double b = luminance(other);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

} // namespace

/// Texts can be read, and fields be seen, in both themes.
class TestContrast : public QObject
{
    Q_OBJECT
private slots:
    void textsAreLegible_data()
    {
        QTest::addColumn<theme::Mode>("mode");
        QTest::newRow("light") << theme::Mode::Light;
        QTest::newRow("dark") << theme::Mode::Dark;
    }
    void textsAreLegible()
    {
        QFETCH(theme::Mode, mode);
        theme::apply(*qApp, mode);
        using enum theme::Token;
        for (const theme::Token ink : {Text, Muted, Accent}) {
            for (const theme::Token ground : {Window, Rail, Surface, Inset, Hover, Selection}) {
                const double ratio = contrast(theme::color(ink), theme::color(ground));
                QVERIFY2(ratio >= 4.5,
                         qPrintable(QStringLiteral("%1 on %2: %3")
                                        .arg(theme::color(ink).name(), theme::color(ground).name())
                                        .arg(ratio)));
            }
        }
        using enum theme::State;
        for (const theme::State state : {Ok, Warning, Failure, Ambiguous, Held, Information}) {
            const double ratio = contrast(theme::stateText(state), theme::stateGround(state));
            QVERIFY2(ratio >= 4.5,
                     qPrintable(QStringLiteral("%1 on %2: %3")
                                    .arg(theme::stateText(state).name(), theme::stateGround(state).name())
                                    .arg(ratio)));
        }
    }

    void fieldsCanBeSeen_data() { textsAreLegible_data(); }
    void fieldsCanBeSeen()
    {
        QFETCH(theme::Mode, mode);
        theme::apply(*qApp, mode);
        static const QRegularExpression rule(
            QStringLiteral("QLineEdit, QPlainTextEdit[^{]*\\{[^}]*border: 1px solid (#[0-9a-f]{6})"));
        const QColor border(rule.match(theme::styleSheet()).captured(1));
        QVERIFY(border.isValid());
        for (const theme::Token ground : {theme::Token::Surface, theme::Token::Window}) {
            const double ratio = contrast(border, theme::color(ground));
            QVERIFY2(ratio >= 3.0, qPrintable(QStringLiteral("%1 on %2: %3")
                                                  .arg(border.name(), theme::color(ground).name())
                                                  .arg(ratio)));
        }
    }
};

QTEST_MAIN(TestContrast)
#include "test_contrast.moc"
