#pragma once

#include "app/core/endpoint.h"

#include <QWidget>

class QCheckBox;
class QLineEdit;
class QSpinBox;
class QVBoxLayout;

namespace signalbox {

class FormField;

/// How an endpoint is sent to: deadline, retries, requests at once, rate, order.
class DeliveryFields final : public QWidget
{
    Q_OBJECT
public:
    explicit DeliveryFields(QWidget *parent = nullptr);

    void setEndpoint(const Endpoint &endpoint);
    /// What 95 of 100 of its attempts took of late: a timeout below that would fail what succeeds now.
    void setLatency(std::optional<double> p95Ms);
    bool isValid() const;
    /// Puts what is new or differs into the change.
    void addTo(EndpointChange &change, bool isNew, const Endpoint &before) const;

signals:
    void changed();

private:
    void buildInputs();
    QVBoxLayout *buildRetries();
    QVBoxLayout *buildShape();
    void validate();
    Result<int> timeout() const;
    QString timeoutDoubt(int timeoutMs) const;
    Result<double> rate() const; ///< 0: none
    Result<int> burst() const;   ///< 0: one second's worth

    QLineEdit *m_timeout;
    QSpinBox *m_retries;
    QLineEdit *m_schedule;
    QCheckBox *m_discard;
    QSpinBox *m_inFlight;
    QLineEdit *m_rate;
    QLineEdit *m_burst;
    QCheckBox *m_ordered;
    FormField *m_timeoutField;
    FormField *m_scheduleField;
    FormField *m_rateField;
    FormField *m_burstField;
    std::optional<double> m_p95Ms;
};

} // namespace signalbox
