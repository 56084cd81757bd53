#pragma once

#include <QDateTime>
#include <QDialog>

class QLineEdit;
class QPushButton;

namespace signalbox {

class FormField;

/// Asks for a stretch of time, typed as the filter language has it, and says how it was understood. Use
/// open().
class RangeDialog final : public QDialog
{
    Q_OBJECT
public:
    explicit RangeDialog(QWidget *parent = nullptr);

signals:
    void rangeGiven(const QDateTime &from, const QDateTime &to);

private:
    void read();
    void give();

    QLineEdit *m_text;
    FormField *m_field;
    QPushButton *m_show;
};

} // namespace signalbox
