#pragma once

#include "app/core/secret.h"

#include <QPlainTextEdit>

namespace signalbox {

/// A secret in full, however narrow the place: its lines break anywhere. Dots while there is none to show.
class SecretText final : public QPlainTextEdit
{
    Q_OBJECT
public:
    explicit SecretText(QWidget *parent = nullptr);

    /// Empty: the dots.
    void setSecret(const Secret &secret);
    const Secret &secret() const { return m_secret; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    Secret m_secret;
};

} // namespace signalbox
